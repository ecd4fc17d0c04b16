export interface ObjectStore { x: 1 }
