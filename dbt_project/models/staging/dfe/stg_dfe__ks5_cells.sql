{{ cells(source('raw', 'dfe_ks5'), 'dfe_ks5') }}
