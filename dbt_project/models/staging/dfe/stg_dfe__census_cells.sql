{{ cells(source('raw', 'dfe_census')) }}
