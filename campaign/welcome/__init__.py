"""The front page and the pages that explain the campaign: no models, no queries."""
