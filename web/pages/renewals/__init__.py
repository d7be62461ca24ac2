"""Every date ahead: a list, a calendar, and a link for calendar programs."""
