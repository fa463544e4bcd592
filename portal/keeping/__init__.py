"""What is kept of people: why, how long, and how it goes. Each room lists its own tables here."""
