-- The file log of files of outcomes, one row per file and path.
{{ landed_files(['dfe', 'ees']) }}
