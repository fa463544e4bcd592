"""What every public page shares: its headers and its way to the same page in another language."""
