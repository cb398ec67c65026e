{{ cells(source('raw', 'dfe_ks4')) }}
