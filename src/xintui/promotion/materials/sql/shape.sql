-- What a version says is written once: the program may move its state and say who decided, and nothing else.
REVOKE UPDATE, DELETE, TRUNCATE ON materials_version FROM xintui_app;
GRANT UPDATE (state, submitted_at, decided_by, decided_at, reason) ON materials_version TO xintui_app;
REVOKE DELETE, TRUNCATE ON materials_use, materials_code FROM xintui_app;
