-- The file log of templates, one row per file and path.
{{ landed_files(['template']) }}
