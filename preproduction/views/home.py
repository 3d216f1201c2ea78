from django.shortcuts import render

from studio import access


@access.requires("see_work")
def home(request):
    return render(request, "preproduction/home.html")
