{{ cells(source('raw', 'dfe_absence'), 'dfe_absence') }}
