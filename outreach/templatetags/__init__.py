"""Door: what templates may ask of the outreach's rooms."""
