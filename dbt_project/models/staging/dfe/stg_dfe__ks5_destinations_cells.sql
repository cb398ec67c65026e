{{ cells(source('raw', 'dfe_ks5_destinations'), 'dfe_ks5_destinations') }}
