"""Plans of seminars: worked out, changed by hand, compared, approved."""
