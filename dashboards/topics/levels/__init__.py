"""What has most likely changed, and what is to be expected next: parts that several pages show."""
