export const mapTable = `
map_keys(map(K, V)) -> array(K) = map_keys($1)
map_values(map(K, V)) -> array(V) = map_values($1)
`;
