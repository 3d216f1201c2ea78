import django_tables2 as tables

from preproduction.models import Batch
from studio.templatetags.components import NOTHING, badge, studio_moment


class BatchTable(tables.Table):
    """What was done to many orders at once.  Needs `orders` annotated and `undone_by` joined."""

    made_at = tables.Column("When")
    description = tables.Column(
        "What",
        linkify=("preproduction:batch_detail", [tables.A("pk")]),
        attrs={"td": {"class": "card-title wrap"}},
    )
    by_name = tables.Column("By")
    orders = tables.Column("Orders", attrs={"cell": {"class": "num"}})
    undone = tables.Column("Undone", empty_values=())

    class Meta:
        model = Batch
        fields = ()
        orderable = False

    def render_made_at(self, value):
        return studio_moment(value)

    def render_undone(self, record):
        return badge("Undone", title=f"By {record.undone_by.by_name}") if record.is_undone else NOTHING
