"""When things happen: files in, raw, builds, publishing, schedules. Not here: what numbers mean, who sees what."""
