/** A part of the frame in a file of its own: asked for when it is first drawn, and once more by each drawing after a failure. */

import type { ComponentChild, ComponentType, VNode } from "preact";
import { useEffect, useState } from "preact/hooks";

export function later<Props extends object>(load: () => Promise<{ default: ComponentType<Props> }>, without: (props: Props) => ComponentChild = () => null) {
  let Part: ComponentType<Props> | undefined;
  return function Later(props: Props): VNode {
    const [, draw] = useState(0);
    useEffect(() => {
      if (!Part) void load().then((loaded) => ((Part = loaded.default), draw(1)), () => draw(-1));
    }, []);
    return Part ? <Part {...props} /> : <>{without(props)}</>;
  };
}
