"""The routes, one module for what belongs together; each ends in `ROUTES`."""
