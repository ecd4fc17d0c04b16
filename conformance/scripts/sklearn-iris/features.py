def split(table, label):
    return table.drop(columns=[label]).values, table[label].values
