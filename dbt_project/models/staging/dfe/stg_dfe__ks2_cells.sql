{{ cells(source('raw', 'dfe_ks2')) }}
