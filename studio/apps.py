from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class StudioConfig(AppConfig):
    name = "studio"
    verbose_name = "Studio"

    def ready(self):
        from studio import append_only, checks, private_files, search_index, stored_texts  # noqa: F401  registers the system checks
        from studio.set_up import parts, tokens

        private_files.mend()
        append_only.guard("studio_maintenancechange", "What was changed in Maintenance")

        parts.keep_all()

        # Django drops a table's guard whenever it remakes the table on SQLite, so every migration puts all back.
        post_migrate.connect(append_only.restore_guards, sender=self, dispatch_uid="studio.append_only")
        post_migrate.connect(stored_texts.refresh_outdated, sender=self, dispatch_uid="studio.stored_texts")
        pre_migrate.connect(search_index.take_away, sender=self, dispatch_uid="studio.search_index")
        post_migrate.connect(search_index.put_in_place, sender=self, dispatch_uid="studio.search_index")
        pre_migrate.connect(tokens.take_away, sender=self, dispatch_uid="studio.set_up")
        post_migrate.connect(tokens.put_in_place, sender=self, dispatch_uid="studio.set_up")
