{{ cells(source('raw', 'dfe_ks4_destinations'), 'dfe_ks4_destinations') }}
