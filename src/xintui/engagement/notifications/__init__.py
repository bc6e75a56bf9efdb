"""通知 notifications: who is told what, where, and when; in the app at once, by WeChat if they allowed that message."""
