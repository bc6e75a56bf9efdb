"""Sweeps: send what is due, notice silence."""

from xintui.promotion.payouts.services.sending import notice_silence, submit_due

__all__ = ["notice_silence", "submit_due"]
