/** What every screen's component is given: the model, and the rectangle that it fills. */
import type { Model } from '../model/model.ts';

export interface ScreenProps {
  readonly model: Model;
  readonly columns: number;
  readonly rows: number;
}
