export const mathTable = `
abs(tinyint) -> tinyint = abs($1)
abs(smallint) -> smallint = abs($1)
abs(integer) -> integer = abs($1)
abs(bigint) -> bigint = abs($1)
abs(decimal(p,s)) -> decimal(p,s) = abs($1)
abs(real) -> real = abs($1)
abs(double) -> double = abs($1)
`;
