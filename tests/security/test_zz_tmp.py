import time

import pytest

from tests.security.test_fuzz_forms import *


@pytest.mark.django_db
def test_x(people, world):
    t = time.time()
    b = Browser(people["administrator"])
    for r in all_routes():
        if "mfa" in r.name:
            x = undone(b, "GET", r.addresses()[0])
            print(r.name, x.status_code, x.get("Location"))
    f = forms_of_all(people)
    print(len(f), time.time() - t)
    print(unreached({k for _, k, _ in f}))
