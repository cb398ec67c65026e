-- The file log of files of the register, one row per file and path.
{{ landed_files(['register']) }}
