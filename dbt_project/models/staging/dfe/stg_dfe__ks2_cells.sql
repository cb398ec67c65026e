{{ cells(source('raw', 'dfe_ks2'), 'dfe_ks2') }}
