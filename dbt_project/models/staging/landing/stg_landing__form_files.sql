-- The file log of forms, one row per file and path.
{{ landed_files(['forms']) }}
