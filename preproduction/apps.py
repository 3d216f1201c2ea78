from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PreproductionConfig(AppConfig):
    name = "preproduction"
    verbose_name = "Preproduction"

    def ready(self):
        from preproduction import append_only, checks  # noqa: F401  registers the system checks

        # Django drops the guard whenever it remakes an SQLite table, so every migration run puts it back.
        post_migrate.connect(append_only.restore_guard, sender=self, dispatch_uid="preproduction.append_only")
