"""Policy as data: what places have laid down, as YAML checked by the JSON Schemas in ``schemas``. No code; ``docs/policies.md``."""
