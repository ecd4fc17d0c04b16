export interface ImageCatalogue { x: 1 }
