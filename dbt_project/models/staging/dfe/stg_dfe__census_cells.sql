{{ cells(source('raw', 'dfe_census'), 'dfe_census') }}
