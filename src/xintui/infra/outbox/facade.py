"""发件箱 outbox."""

from xintui.infra.outbox.services import Event, Handler, Subscriptions, dead, deliver, deliver_all, publish

__all__ = ["Event", "Handler", "Subscriptions", "dead", "deliver", "deliver_all", "publish"]
