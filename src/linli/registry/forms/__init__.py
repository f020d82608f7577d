"""The registry's forms: what people type becomes what commands take; what commands refuse becomes words beside the field."""
