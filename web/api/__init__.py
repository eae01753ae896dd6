"""The HTTP interface: requests and errors in one shape, and the OpenAPI document."""
