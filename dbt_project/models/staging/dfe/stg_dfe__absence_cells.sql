{{ cells(source('raw', 'dfe_absence')) }}
