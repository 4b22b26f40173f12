"""Commands of the app; each file is one."""
