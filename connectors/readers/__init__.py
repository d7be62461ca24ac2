"""One folder per format; being here is the whole registration (see `connectors.frame`)."""
