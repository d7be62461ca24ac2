"""How the owner wants it: time zone, looks, logged-in browsers, the second step, keys, reminders; and how the system is."""
