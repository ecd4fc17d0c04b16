export const textTable = `
lower(varchar(x)) -> varchar(x) = lower($1)
upper(varchar(x)) -> varchar(x) = upper($1)
length(varchar) -> bigint = CAST(length($1) AS BIGINT)
`;
