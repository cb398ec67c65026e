-- The file log of files of inspections, one row per file and path.
{{ landed_files(['ofsted']) }}
