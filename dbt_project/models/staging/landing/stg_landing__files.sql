-- The file log of every file, one row per file and path.
{{ landed_files(['dfe', 'ees', 'forms', 'ofsted', 'register', 'template', 'unknown']) }}
