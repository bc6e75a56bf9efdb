"""跟进任务 followups: the public face."""

from xintui.engagement.followups.jobs import make_due, purge
from xintui.engagement.followups.queries import (
    about,
    acted_tasks,
    again_days,
    figures,
    open_tasks,
    plan,
    plans,
    waiting,
)
from xintui.engagement.followups.services import (
    change,
    copy,
    create,
    done,
    forget,
    judge,
    kit,
    preview,
    refused,
    skip,
    start,
    stop,
    undo,
)

__all__ = [
    "about", "acted_tasks", "again_days", "change", "copy", "create", "done", "figures", "forget", "judge", "kit",
    "make_due", "open_tasks", "plan", "plans", "preview", "purge", "refused", "skip", "start", "stop", "undo",
    "waiting",
]  # fmt: skip
