from django.apps import AppConfig

from studio import append_only


class PreproductionConfig(AppConfig):
    name = "preproduction"
    verbose_name = "Preproduction"

    def ready(self):
        append_only.guard(
            "preproduction_statuschange",
            "Status Notes",
            unique=(("order_id", "sequence"), ("request_key",), ("undoes_id",)),
        )
        append_only.guard("preproduction_orderevent", "History", unique=(("undoes_id",),))
        append_only.guard("preproduction_batch", "History", unique=(("undoes_id",),))
