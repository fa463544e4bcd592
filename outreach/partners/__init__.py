"""The partners' own pages: what an agency says of itself, its logos, presenters, agreements and seasons."""
