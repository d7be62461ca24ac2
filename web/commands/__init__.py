"""One file per command; being here is the whole registration (see `web.cli`)."""
