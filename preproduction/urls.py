from django.urls import path

from preproduction.views import (
    advance,
    assign,
    calendar,
    client,
    custom_fields,
    documents,
    due_date,
    hold,
    home,
    images,
    order,
    order_list,
    order_log,
    overdue,
    reassign,
    saved_view,
    session,
    status_list,
    undo,
)

app_name = "preproduction"
urlpatterns = [
    path("", home.home, name="home"),
    path("orders/", order_list.order_list, name="order_list"),
    path("orders/views/new/", saved_view.saved_view_create, name="saved_view_create"),
    path("orders/views/<int:pk>/delete/", saved_view.saved_view_delete, name="saved_view_delete"),
    path("orders/overdue/", overdue.overdue_list, name="overdue_list"),
    path("orders/<int:pk>/note/", overdue.note_delay, name="note_delay"),
    path("orders/reassign/", reassign.reassign_orders, name="reassign_orders"),
    path("sessions/<int:pk>/", session.session_detail, name="session_detail"),
    path("sessions/<int:pk>/new-order/", order.order_create, name="order_create"),
    path("clients/<int:pk>/", client.client_detail, name="client_detail"),
    path("orders/<int:pk>/", order.order_detail, name="order_detail"),
    path("orders/<int:pk>/edit/", order.order_edit, name="order_edit"),
    path("orders/<int:pk>/images/", images.order_images, name="order_images"),
    path("orders/<int:pk>/images/returned/", images.images_returned, name="images_returned"),
    path("orders/<int:pk>/tasks/", order_log.order_task, name="order_task"),
    path("orders/<int:pk>/communication/", order_log.order_communication, name="order_communication"),
    path("orders/<int:pk>/studio-notes/", order.order_notes, {"kind": "studio"}, name="studio_notes"),
    path("orders/<int:pk>/vendor-notes/", order.order_notes, {"kind": "vendor"}, name="vendor_notes"),
    path("orders/<int:pk>/custom/", order.order_custom, name="order_custom"),
    path("orders/<int:pk>/hold/", hold.hold_order, name="hold_order"),
    path("orders/<int:pk>/resume/", hold.resume_order, name="resume_order"),
    path("orders/<int:pk>/assign/", assign.assign_order, name="assign_order"),
    path("orders/<int:pk>/work-order/", documents.order_work_order, name="order_work_order"),
    path("orders/<int:pk>/purchase-order/", documents.order_purchase_order, name="order_purchase_order"),
    path("maintenance/custom-fields/", custom_fields.custom_fields, name="custom_fields"),
    path("maintenance/custom-fields/<int:pk>/", custom_fields.custom_field_edit, name="custom_field_edit"),
    path(
        "maintenance/custom-fields/<int:pk>/up/",
        custom_fields.custom_field_move,
        {"by": "up"},
        name="custom_field_up",
    ),
    path(
        "maintenance/custom-fields/<int:pk>/down/",
        custom_fields.custom_field_move,
        {"by": "down"},
        name="custom_field_down",
    ),
    path(
        "maintenance/custom-fields/<int:pk>/delete/",
        custom_fields.custom_field_delete,
        name="custom_field_delete",
    ),
    path("orders/<int:pk>/advance/", advance.advance_order, name="advance_order"),
    path("orders/<int:pk>/advance/preview/", advance.advance_preview, name="advance_preview"),
    path("orders/<int:pk>/undo/", undo.undo_order, name="undo_order"),
    path("orders/<int:pk>/due-date/", due_date.due_date_explanation, name="due_date_explanation"),
    path("maintenance/preproduction-statuses/", status_list.status_list, name="status_list"),
    path("maintenance/preproduction-statuses/new/", status_list.create_status, name="create_status"),
    path("maintenance/preproduction-statuses/<int:pk>/edit/", status_list.edit_status, name="edit_status"),
    path("maintenance/preproduction-statuses/move/", status_list.move_status, name="move_status"),
    path("maintenance/preproduction-statuses/place/", status_list.place_status, name="place_status"),
    path("maintenance/preproduction-statuses/delete/", status_list.delete_status, name="delete_status"),
    path("maintenance/preproduction-statuses/replace/", status_list.replace_status, name="replace_status"),
    path("maintenance/preferences/calendar/", calendar.calendar, name="calendar"),
    path("maintenance/preferences/calendar/work-week/", calendar.work_week, name="calendar_work_week"),
    path(
        "maintenance/preferences/calendar/closed/new/", calendar.closed_day_create, name="closed_day_create"
    ),
    path(
        "maintenance/preferences/calendar/closed/<int:pk>/", calendar.closed_day_edit, name="closed_day_edit"
    ),
    path(
        "maintenance/preferences/calendar/closed/<int:pk>/remove/",
        calendar.closed_day_remove,
        name="closed_day_remove",
    ),
    path(
        "maintenance/preferences/calendar/worked/new/", calendar.worked_day_create, name="worked_day_create"
    ),
    path(
        "maintenance/preferences/calendar/worked/<int:pk>/", calendar.worked_day_edit, name="worked_day_edit"
    ),
    path(
        "maintenance/preferences/calendar/worked/<int:pk>/remove/",
        calendar.worked_day_remove,
        name="worked_day_remove",
    ),
    path("maintenance/preferences/calendar/holidays/", calendar.public_holidays, name="calendar_holidays"),
    path("maintenance/preferences/calendar/apply/", calendar.apply_change, name="calendar_apply"),
]
