"""The app: the explorers, somebody's own data and the report as pages in a browser, a kernel for each visitor."""
