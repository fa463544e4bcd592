"""What is kept of people, why and how long; to be told to them, and to be forgotten in time."""
