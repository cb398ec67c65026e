{{ cells(source('raw', 'dfe_ks4'), 'dfe_ks4') }}
